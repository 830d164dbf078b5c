"""The sources of a site as they were last read whole, so that those which have not changed are not sent again."""
