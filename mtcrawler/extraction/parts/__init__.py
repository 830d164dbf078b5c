"""Articles that go on over several pages: how the parts are told, and how they become one article."""
