"""What else is done about overlays today, under the gauntlet's contract, to be measured on the same pages."""
