# The crawler as a container: `docker run … mtcrawler crawl moscowtimes -a since=2d`. docs/operating.md says with what.
# `make image` builds it with whichever of docker, podman and buildah works.
ARG BASE_IMAGE=debian:bookworm-slim

# Python's packages are put together apart from the image, so that what installs them is not in it.
FROM ${BASE_IMAGE} AS packages
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get install -y -qq --no-install-recommends \
        binutils ca-certificates python3 python3-venv >/dev/null
RUN python3 -m venv /opt/mtcrawler
WORKDIR /build
COPY requirements.lock pyproject.toml ./
COPY deploy/locked deploy/locked
ARG EXTRAS="crawl export fleet metrics traces browse"
# What is left out: the services of AWS but S3, the languages of Babel, the parts of Arrow that Parquet does without (and
# one of its libraries twice), Twisted's for mail, chat and shells, Pillow's for AVIF, Playwright's viewers of traces,
# symbols of a debugger, the packages' own tests, and pip. auditwheel's *.libs stay as they are: they would not load once stripped.
RUN deploy/locked ${EXTRAS} <requirements.lock >wanted \
    && /opt/mtcrawler/bin/pip install -q --disable-pip-version-check --no-cache-dir --require-hashes -r wanted \
    && cd /opt/mtcrawler/lib/python3*/site-packages \
    && find botocore/data -mindepth 1 -maxdepth 1 -type d ! -name s3 ! -name sts ! -name sso ! -name sso-oidc -exec rm -r {} + \
    && find babel/locale-data -type f ! -name root.dat ! -name en.dat -delete \
    && rm -rf pyarrow/include pyarrow/src pyarrow/*flight* pyarrow/*gandiva* pyarrow/libarrow_s3* pyarrow/_s3fs* \
        pyarrow/*substrait* pyarrow/libarrow_python*.so pyarrow/libarrow_python*.so.*.*.* \
        twisted/conch twisted/mail twisted/trial twisted/words PIL/_avif* pillow.libs/libavif* \
        playwright/driver/package/types playwright/driver/package/lib/vite \
    && find . -type d \( -name tests -o -name test \) -prune -exec rm -r {} + \
    && find . playwright/driver/node -type f \( -name '*.so' -o -name '*.so.*' -o -name node \) ! -path '*.libs/*' \
        -exec strip --strip-unneeded {} + \
    && rm -r pip pip-* setuptools* /opt/mtcrawler/bin/pip*

FROM ${BASE_IMAGE}
# Playwright's Node needs libatomic1; a page is laid out, and pictured as evidence, with the letters of DejaVu.
# What draws with a graphics card (Mesa, and LLVM for it) is of no use to a browser without a screen, and large.
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes apt-get install -y -qq --no-install-recommends \
        ca-certificates chromium-headless-shell fonts-dejavu-core libatomic1 python3-minimal libpython3-stdlib tini >/dev/null \
    && rm -rf /usr/lib/*/dri /usr/lib/*/libLLVM-* /usr/lib/*/libz3.so* /usr/lib/chromium/libVkLayer_* \
    && apt-get clean && rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /usr/share/doc /usr/share/man /usr/share/locale \
    && useradd --uid 10001 --user-group --home-dir /tmp --no-create-home --shell /usr/sbin/nologin crawler \
    && install -d -o crawler -g crawler /var/lib/mtcrawler
COPY --from=packages /opt/mtcrawler /opt/mtcrawler
WORKDIR /srv/mtcrawler
COPY . .
RUN printf '#!/bin/sh\nexec python -m mtcrawler.cli "$@"\n' >/usr/local/bin/mtcrawler \
    && chmod 755 /usr/local/bin/mtcrawler \
    && cp deploy/mtcrawler-signals.pth /opt/mtcrawler/lib/python3*/site-packages/ && /opt/mtcrawler/bin/python -m compileall -q .

# Nothing is written but below /tmp and the volume, so that the rest may be mounted read-only.
ENV PATH=/opt/mtcrawler/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/srv/mtcrawler PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    HOME=/tmp XDG_CACHE_HOME=/tmp/cache XDG_CONFIG_HOME=/tmp/config \
    MTCRAWLER_VAR=/var/lib/mtcrawler MTCRAWLER_BROWSER=chromium-headless-shell SCRAPY_PROJECT=production
VOLUME /var/lib/mtcrawler
USER 10001:10001
# A crawl that is asked to stop finishes its pages first (STOP_GRACE); give it that long: docker stop --time 60.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=2 CMD ["python", "-m", "mtcrawler.runs.process.heartbeat"]
ENTRYPOINT ["/usr/bin/tini", "--", "scrapy"]
CMD ["crawl", "moscowtimes"]

ARG VERSION=unknown REVISION=unknown
LABEL org.opencontainers.image.title="mtcrawler" \
      org.opencontainers.image.description="A news crawler: whole articles, clean and typed, into an S3 bucket." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
