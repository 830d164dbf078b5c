"""Many visits in one worker of a fleet, measured."""
