"""Overlay gauntlet checker.
  python check.py MODULE[:FUNC] [--only substr,substr] [--json out.json] [--shots DIR] [--jobs 2]
MODULE is a path to a .py file or a dotted name. Contract:
   async def handle(page)            required; called once after 'load'
   async def prepare(page)           optional; called before goto (init scripts, bindings)
   async def finalize(page)          optional; called again right before the LATE check (as a crawler would before extraction)
EARLY = state right after handle(); LATE = state after every popup had time to appear (appears_ms + 700 ms since load).
A page whose manifest entry has expect.wall is a wall: it must be left standing, and handle(page) must return a dict whose "wall" is that kind."""
import argparse, asyncio, importlib, importlib.util, json, os, shutil, sys, time
from playwright.async_api import async_playwright
HERE=os.path.dirname(os.path.abspath(__file__)); sys.path.insert(0,HERE)
import serve
PROBE=r'''
(ex)=>{
 const qa=(s)=>{ let out=[]; for(const part of s.split(/,(?![^\[]*\])/)){ const ch=part.split('>>>').map(x=>x.trim()); let set=[document];
   for(let i=0;i<ch.length;i++){ const nx=[]; for(const r of set){ const root=i?(r.shadowRoot||null):r; if(!root) continue; try{nx.push(...root.querySelectorAll(ch[i]))}catch(e){} } set=nx; } out.push(...set);} return out; };
 const vis=(e)=>{ if(!e.isConnected) return false; if(!e.checkVisibility({opacityProperty:true,visibilityProperty:true})) return false; 
   for(let p=e;p;p=p.parentElement||(p.getRootNode()&&p.getRootNode().host)){ if(parseFloat(getComputedStyle(p).opacity)<0.02) return false; }
   const t=e.getBoundingClientRect(); 
   if(e.shadowRoot===null&&e.tagName.includes('-')&&t.width*t.height===0){ const h=document.elementFromPoint(innerWidth/2,innerHeight/2); return h===e; }
   return t.width>1&&t.height>1&&t.right>0&&t.bottom>0&&t.left<innerWidth&&t.top<innerHeight; };
 const fails=[];
 const remaining=ex.overlay_selectors_gone.filter(s=>qa(s).some(vis));
 remaining.forEach(s=>fails.push('overlay still visible: '+s));
 const kept=(ex.must_keep||[]).filter(s=>!qa(s).some(e=>e.isConnected&&e.checkVisibility({visibilityProperty:true,opacityProperty:true})&&e.getBoundingClientRect().height>0));
 kept.forEach(s=>fails.push('kept element lost: '+s));
 const keepSel=(ex.must_keep||[]).concat(['#site']); const ov=ex.overlay_selectors_gone;
 const hits=[]; window.scrollTo(0,0);
 if(!ex.gate) for(const fx of [.15,.5,.85]) for(const fy of [.2,.5,.85]){ const e=document.elementFromPoint(innerWidth*fx,innerHeight*fy); let ok=!e||e===document.documentElement||e===document.body;
   for(let p=e;p&&!ok;p=p.parentNode||p.host){ if(p.matches&&keepSel.some(s=>{try{return p.matches(s)}catch(_){return false}})) ok=true; }
   if(!ok) hits.push(`${fx},${fy}:${e.tagName.toLowerCase()}${e.id?'#'+e.id:''}.${String(e.className&&e.className.baseVal===undefined?e.className:'').split(' ')[0]}`); }
 if(hits.length) fails.push('hit-test blocked at '+hits.length+'/9 ('+hits[0]+')');
 const ps=[...document.querySelectorAll('#article > p')]; const good=ps.filter(p=>p.checkVisibility({visibilityProperty:true,opacityProperty:true})&&p.getBoundingClientRect().height>5&&p.innerText.trim().length>20).length;
 if(good<ex.paragraphs) fails.push(`paragraphs ${good}/${ex.paragraphs}`);
 const txt=document.body?document.body.innerText:''; const low=txt.toLowerCase();
 ex.visible_text_contains.forEach(t=>{ if(!low.includes(t.toLowerCase())) fails.push('text missing: '+t.slice(0,40)); });
 let blur=[...document.querySelectorAll('#article, #article > p, main, #site, body')].filter(e=>/blur\((?!0)/.test(getComputedStyle(e).filter)).length; if(blur) fails.push('blurred x'+blur);
 const mainEl=document.querySelector('main'); if(mainEl&&ex.overlay_selectors_gone.length&&mainEl.scrollHeight>mainEl.clientHeight+50&&getComputedStyle(mainEl).overflowY==='hidden') fails.push('article clipped');
 let consent=null; try{ consent=ex.consent_js?eval(ex.consent_js):window.__consent; }catch(e){ consent='err '+e.message; }
 if(ex.reject_available&&(consent==='accept')) fails.push('CONSENT ACCEPTED');
 const mn=(window.__clicks||[]).filter(c=>c.must_not.length); mn.forEach(c=>fails.push('FORBIDDEN CLICK '+c.el+' "'+c.text+'"'));
 if((window.__submits||[]).length) fails.push('FORM SUBMITTED '+window.__submits[0]);
 if((window.__opens||[]).length) fails.push('WINDOW OPENED '+window.__opens[0]);
 if((window.__perm||[]).length) fails.push('PERMISSION REQUESTED');
 const acts=(window.__acts||[]).filter(a=>a!=='close'&&a!=='accept'); if(acts.length) fails.push('FORBIDDEN ACT '+acts.join(','));
 return {fails,consent,clicks:(window.__clicks||[]).map(c=>c.el+'|'+c.text),keys:window.__keys};
}'''
async def scroll_ok(page,target):
    vp=page.viewport_size
    get=(f"()=>{{const e=document.querySelector({json.dumps(target)});return e?e.scrollTop:-1}}" if target!='window' else "()=>Math.max(window.scrollY,document.documentElement.scrollTop,document.body.scrollTop)")
    await page.evaluate("()=>window.scrollTo(0,0)"); a=await page.evaluate(get)
    await page.mouse.move(vp['width']*.45,vp['height']*.6); await page.mouse.wheel(0,400)
    for _ in range(12):
        await asyncio.sleep(.06); b=await page.evaluate(get)
        if b>a: break
    await page.evaluate("()=>window.scrollTo(0,0)")
    return b>a
async def probe(page,m,polls):
    ex=m['expect']; r=None
    for i in range(polls):
        r=await page.evaluate(PROBE,ex)
        if not r['fails']: break
        if i<polls-1: await asyncio.sleep(.15)
    if ex['scroll_check'] and not (any('still visible' in f for f in r['fails'])):
        if not await scroll_ok(page,ex['scroll']): r['fails'].append('scroll locked')
    elif ex['scroll_check']:
        if not await scroll_ok(page,ex['scroll']): r['fails'].append('scroll locked')
    return r
async def run_page(browser,base,m,mod,args):
    ctx=await browser.new_context(viewport={'width':1280,'height':800},locale={'en':'en-GB','de':'de-DE','fr':'fr-FR','ru':'ru-RU'}.get(m['lang'],m['lang']),
        user_agent=m['ua'] or 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36')
    page=await ctx.new_page(); url=f'{base}/{m["page"]}'; navs=[]; opened=[]; err=[]
    page.on('framenavigated',lambda f: navs.append(f.url) if f==page.main_frame else None)
    page.on('popup',lambda p: opened.append(p.url)); page.on('dialog',lambda d: asyncio.ensure_future(d.dismiss()))
    page.on('pageerror',lambda e: err.append(str(e)[:120]))
    res=dict(name=m['name'],kind=m['kind'],library=m['library'],negative=m['negative'])
    try:
        if hasattr(mod,'prepare'): await mod.prepare(page)
        await page.goto(url,wait_until='load'); t0=time.perf_counter(); n0=len(navs)
        if m['trigger']=='scroll': await page.mouse.move(600,400); await page.mouse.wheel(0,600); await asyncio.sleep(.5)
        if m['trigger']=='mouseleave': await page.evaluate("()=>{document.documentElement.dispatchEvent(new MouseEvent('mouseleave',{clientY:-5,bubbles:false}))}"); await asyncio.sleep(.1)
        th=time.perf_counter(); info=None
        try: info=await asyncio.wait_for(getattr(mod,args.func)(page),30)
        except Exception as e: err.append('HANDLER '+repr(e)[:200])
        res['handle_s']=round(time.perf_counter()-th,3); res['info']=info if isinstance(info,(dict,str,list,type(None))) else str(info)
        await asyncio.sleep(.05)
        moved=lambda:[u for u in navs[n0:] if u.split('#')[0]!=url]
        async def chk(polls):
            if moved(): return dict(fails=['NAVIGATED '+moved()[0].replace(base,'')],consent=None,clicks=[],keys=[])
            try: r=await probe(page,m,polls)
            except Exception as e: r=dict(fails=['probe error '+repr(e)[:120]],consent=None,clicks=[],keys=[])
            if moved(): r['fails'].append('NAVIGATED '+moved()[0].replace(base,''))
            if opened: r['fails'].append('POPUP WINDOW '+opened[0])
            return r
        E=await chk(4); res['early_pass']=not E['fails']; res['early_fails']=E['fails']
        appear=max(m['appears_ms'],0 if m['negative'] else 1000)  # some libraries fade in up to 1 s after load
        left=(appear+700)/1000-(time.perf_counter()-t0)
        if left>0 or hasattr(mod,'finalize'):
            if left>0 and not args.fast: await asyncio.sleep(left)
            tf=time.perf_counter()
            if hasattr(mod,'finalize') and not moved():
                try: await asyncio.wait_for(mod.finalize(page),30)
                except Exception as e: err.append('FINALIZE '+repr(e)[:200])
                res['finalize_s']=round(time.perf_counter()-tf,3)
            L=await chk(8)
        else: L=E if not E['fails'] else await chk(6)
        WL=m['expect'].get('wall')
        if WL and not (isinstance(info,dict) and info.get('wall')==WL): L['fails'].append('wall not reported: '+WL)
        if not WL and isinstance(info,dict) and info.get('wall'): L['fails'].append('false wall: '+str(info['wall']))
        whole=m['expect'].get('complete')
        if whole is not None and not (isinstance(info,dict) and info.get('access',{}).get('complete')==whole): L['fails'].append(f'complete is not {whole}')
        res.update(late_pass=not L['fails'],late_fails=L['fails'],consent=L['consent'],clicks=L['clicks'],keys=L['keys'],errors=err)
        if args.shots: os.makedirs(args.shots,exist_ok=True); await page.screenshot(path=f'{args.shots}/{m["name"]}.png')
    except Exception as e:
        res.update(early_pass=False,late_pass=False,early_fails=['checker '+repr(e)[:200]],late_fails=['checker '+repr(e)[:200]],errors=err,handle_s=res.get('handle_s',0))
    await ctx.close(); return res
async def main():
    ap=argparse.ArgumentParser(); ap.add_argument('module'); ap.add_argument('--only'); ap.add_argument('--manifest',default=HERE+'/manifest.json'); ap.add_argument('--json'); ap.add_argument('--shots'); ap.add_argument('--jobs',type=int,default=2); ap.add_argument('--fast',action='store_true'); ap.add_argument('--quiet',action='store_true')
    args=ap.parse_args(); mp,_,fn=args.module.partition(':'); args.func=fn or 'handle'
    if mp.endswith('.py'):
        sys.path.insert(0,os.path.dirname(os.path.abspath(mp))); sp=importlib.util.spec_from_file_location('handler_mod',mp); mod=importlib.util.module_from_spec(sp); sp.loader.exec_module(mod)
    else: mod=importlib.import_module(mp)
    man=json.load(open(args.manifest))
    if args.only: man=[m for m in man if any(o in m['name'] for o in args.only.split(','))]
    srv,port=serve.start(); base=f'http://127.0.0.1:{port}'; out=[]; sem=asyncio.Semaphore(args.jobs); T=time.perf_counter()
    async with async_playwright() as pw:
        b=await pw.chromium.launch(executable_path=os.environ.get('GAUNTLET_BROWSER') or shutil.which('chromium-headless-shell') or shutil.which('chromium'),args=['--no-sandbox'])
        async def one(m):
            async with sem: out.append(await run_page(b,base,m,mod,args))
        await asyncio.gather(*[one(m) for m in man]); await b.close()
    out.sort(key=lambda r:r['name'])
    if not args.quiet:
        for r in out: print(f"{'PASS' if r['late_pass'] else 'FAIL'} {'early-ok' if r['early_pass'] else 'early-no'} {r['handle_s']:6.2f}s {r['name']:32} {'; '.join(r['late_fails'])[:170]}{'  ERR '+r['errors'][0] if r['errors'] else ''}")
    pos=[r for r in out if not r['negative']]; neg=[r for r in out if r['negative']]; hs=sorted(r['handle_s'] for r in out)
    harm=[r['name'] for r in out if any(k in ' '.join(r['late_fails']) for k in ('NAVIGATED','FORBIDDEN','SUBMITTED','OPENED','ACCEPTED','PERMISSION','POPUP','kept element','paragraphs','text missing')) ]
    print(f"\nTOTAL late {sum(r['late_pass'] for r in out)}/{len(out)}  (positives {sum(r['late_pass'] for r in pos)}/{len(pos)}, negatives {sum(r['late_pass'] for r in neg)}/{len(neg)});  early {sum(r['early_pass'] for r in out)}/{len(out)}")
    print(f"harmful ({len(harm)}): {', '.join(harm)}")
    if hs: print(f"handle(): mean {sum(hs)/len(hs):.2f}s median {hs[len(hs)//2]:.2f}s p95 {hs[int(len(hs)*.95)-1]:.2f}s max {hs[-1]:.2f}s; wall {time.perf_counter()-T:.1f}s")
    if args.json: json.dump(out,open(args.json,'w'),ensure_ascii=False,indent=1)
if __name__=='__main__': asyncio.run(main())
