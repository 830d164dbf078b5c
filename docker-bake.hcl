# The images for amd64 and arm64, with SBOM and provenance, as the release builds them: `make images` (docker buildx).
# For one machine, with whichever of docker, podman and buildah works: `make image`.
variable "NAME" {
  default = "localhost/mtcrawler"
}
variable "VERSION" {
  default = "unknown"
}
# The second tag: `latest`, or the version once more where it is an early one such as 1.0.0rc1.
variable "NEWEST" {
  default = "latest"
}
variable "REVISION" {
  default = "unknown"
}

group "default" {
  targets = ["full", "crawl"]
}

target "both" {
  platforms = ["linux/amd64", "linux/arm64"]
  args = {
    VERSION  = VERSION
    REVISION = REVISION
  }
  attest = ["type=provenance,mode=max", "type=sbom"]
}

# Everything that a user may switch on: export, a fleet, metrics, traces, browsing.
target "full" {
  inherits = ["both"]
  tags     = ["${NAME}:${VERSION}", "${NAME}:${NEWEST}"]
}

# Crawls, and the commands that read the bucket; nothing else.
target "crawl" {
  inherits = ["both"]
  args = {
    EXTRAS = "crawl"
  }
  tags = ["${NAME}:${VERSION}-crawl"]
}
