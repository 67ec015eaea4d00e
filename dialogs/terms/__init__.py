"""The workspace's terms: by when people answer, who hears when it is late, how long texts are kept."""
