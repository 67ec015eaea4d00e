"""Slack's error codes by what they mean for a message: not now, not with this content, or never.
Knows no row.

From Slack's pages of chat.postMessage, chat.update, conversations.*, users.info, views.* and
files.*. A code on none of these lists is tried several times and then given up.
"""

# The token is not valid (any more): everything of the workspace waits.
NOT_LET_IN = frozenset(
    ["invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"]
)
# The same at the start, where it can only be a mistake in the settings.
WRONG_TOKEN = NOT_LET_IN | {"not_allowed_token_type"}
RATE_LIMITED = frozenset(["ratelimited", "rate_limited"])
# Slack has trouble: wait, however long it takes.
TROUBLE = frozenset(
    [
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "accesslimited",
        "team_added_to_org",
        "external_channel_migrating",
    ]
)
# Slack does not take what the message holds. Another message to the same place is taken.
CONTENT = frozenset(
    [
        "msg_too_long",
        "msg_blocks_too_long",
        "no_text",
        "invalid_blocks",
        "invalid_blocks_format",
        "metadata_too_large",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_must_be_sent_from_app",
        "too_many_attachments",
        "too_many_contact_cards",
        "attachment_payload_limit_exceeded",
        "markdown_text_conflict",
        "view_too_large",
        "invalid_arguments",
        "invalid_arg_name",
        "invalid_array_arg",
        "invalid_charset",
        "invalid_form_data",
        "invalid_json",
        "invalid_post_type",
        "missing_post_type",
        "json_not_object",
    ]
)
# Slack does not take it there, or not from us.
PLACE = frozenset(
    [
        "channel_not_found",
        "not_in_channel",
        "is_archived",
        "is_inactive",
        "user_not_found",
        "users_not_found",
        "user_disabled",
        "user_not_visible",
        "cant_dm_bot",
        "cannot_dm_bot",
        "messages_tab_disabled",
        "message_not_found",
        "thread_not_found",
        "cannot_reply_to_message",
        "cant_update_message",
        "edit_window_closed",
        "not_enabled",
        "unknown_method",
        "deprecated_endpoint",
        "method_deprecated",
        "method_not_supported_for_channel_type",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "access_denied",
        "ekm_access_denied",
        "team_access_not_granted",
        "team_not_found",
        "enterprise_is_restricted",
        "org_login_required",
        "message_limit_exceeded",
        "two_factor_setup_required",
    ]
)
FAMILIES = ("restricted_action", "slack_connect_")


def is_for_good(code: str) -> bool:
    """Will Slack give the same error tomorrow?"""
    return code in CONTENT or code in PLACE or code.startswith(FAMILIES)
