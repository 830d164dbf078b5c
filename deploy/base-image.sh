#!/usr/bin/env bash
# Makes a Debian bookworm base image without a container engine or an image registry: NAME (default localhost/bookworm).
# Needs root and Debian's buildah and debootstrap; `make image` calls it where it has to.
set -euo pipefail
name=${1:-localhost/bookworm}
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
debootstrap --variant=minbase bookworm "$root" >/dev/null
# As in Debian's own image: security updates are where a browser's fixes come from.
printf 'deb http://deb.debian.org/debian%s main\n' ' bookworm' ' bookworm-updates' '-security bookworm-security' \
    >"$root/etc/apt/sources.list"
# What a base image has no use for once it is packed: the downloaded packages, the lists, the manuals.
chroot "$root" apt-get clean
rm -rf "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,info,locale}/*
container=$(buildah from scratch)
buildah add -q "$container" "$root" / >/dev/null
ca=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
if [ -r "$ca" ]; then # builds behind a private certificate authority
    buildah copy -q "$container" "$ca" /opt/host-ca.crt >/dev/null
    buildah config --env PIP_CERT=/opt/host-ca.crt --env NODE_EXTRA_CA_CERTS=/opt/host-ca.crt "$container"
fi
buildah commit -q "$container" "$name" >/dev/null
buildah rm "$container" >/dev/null
echo "$name"
