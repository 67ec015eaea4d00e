"""Installing the app in many workspaces: the OAuth flow, token storage, one Web API client per
workspace."""
