"""A walled newspaper: a spider of its own, and pages that keep a part from those who do not pay."""
