"""Threaded static server for the gauntlet. /_lib/PACKAGE/FILE comes from node_modules (npm install first); /nav/* answers a stub page and is logged in NAV_LOG."""
import http.server, os, sys, threading
HERE=os.path.dirname(os.path.abspath(__file__)); ROOT=os.path.join(HERE,'pages'); MODULES=os.environ.get('GAUNTLET_MODULES',os.path.join(HERE,'node_modules')); NAV_LOG=[]
class H(http.server.SimpleHTTPRequestHandler):
    protocol_version='HTTP/1.1'
    extensions_map={**http.server.SimpleHTTPRequestHandler.extensions_map,'.mjs':'text/javascript','.js':'text/javascript'}
    def __init__(s,*a,**k): super().__init__(*a,directory=ROOT,**k)
    def log_message(s,*a): pass
    def translate_path(s,path):
        p=path.split('?')[0].split('#')[0]
        if p.startswith('/_lib/'):
            rest=p[len('/_lib/'):]
            if rest in('probe.js','base.css'): return os.path.join(ROOT,rest)
            full=os.path.normpath(os.path.join(MODULES,rest))
            return full if full.startswith(os.path.normpath(MODULES)+os.sep) else os.path.join(ROOT,'404')
        return super().translate_path(path)
    def _nav(s):
        NAV_LOG.append((s.command,s.path)); b=b'<!doctype html><title>NAVIGATED</title><h1>You left the article</h1>'
        s.send_response(200); s.send_header('Content-Type','text/html'); s.send_header('Content-Length',str(len(b))); s.end_headers(); s.wfile.write(b)
    def do_GET(s):
        if s.path.startswith('/nav/'): return s._nav()
        if s.path=='/favicon.ico': s.send_response(204); s.send_header('Content-Length','0'); s.end_headers(); return
        super().do_GET()
    def send_response(s,code,message=None):
        # A page may bring a status of its own, in a file beside it.
        p=os.path.join(os.path.dirname(s.translate_path(s.path)),'status') if s.path.split('?')[0].endswith('.html') else ''
        super().send_response(int(open(p).read()) if code==200 and p and os.path.exists(p) else code,message)
    def do_POST(s):
        n=int(s.headers.get('Content-Length') or 0); s.rfile.read(n); s._nav()
def start(port=0):
    srv=http.server.ThreadingHTTPServer(('127.0.0.1',port),H); srv.daemon_threads=True
    threading.Thread(target=srv.serve_forever,daemon=True).start(); return srv,srv.server_address[1]
if __name__=='__main__':
    s,p=start(int(sys.argv[1]) if len(sys.argv)>1 else 8765); print(f'http://127.0.0.1:{p}/'); threading.Event().wait()
