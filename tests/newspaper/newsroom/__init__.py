"""Those who write the newspaper: our sentences, filled in, cut into blocks and filed as stories of every kind."""
