"""Addresses of Microsoft's own pages that a message may link to, by name: pages that the sources of
domain/facts.toml are, and the start page of Partner Center."""

_DOCS = "https://learn.microsoft.com/partner-center/"
PAGES = {
    "partner_center": "https://partner.microsoft.com/dashboard/home",
    "find_a_provider": (
        "https://partner.microsoft.com/membership/cloud-solution-provider/find-a-provider"
    ),
    "transition_guide": _DOCS + "enroll/partner-transition-guide",
    "become_global_admin": _DOCS + "enroll/become-global-admin",
    "send_diagnostics": _DOCS + "send-diagnostics",
    "direct_to_indirect": _DOCS + "transition-direct-to-indirect",
    "restricted": _DOCS + "restricted-direct-bill-capabilities",
    "direct_bill_eligibility": _DOCS + "enroll/direct-bill-eligibility-requirements",
    "customer_list": _DOCS + "customers/see-your-customer-list",
}
