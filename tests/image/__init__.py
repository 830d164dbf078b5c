"""The image, built and run as an operator would: `make image-test`. Not part of `make test`, as it takes minutes."""
