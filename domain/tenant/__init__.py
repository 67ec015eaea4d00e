"""Where a tenant is on its way: enrollment, direct bill, reseller standing, and the facts of a
case."""
