"""`python -m mtcrawler.cli`, the same as `mtcrawler`."""

from mtcrawler.cli import main

raise SystemExit(main())
