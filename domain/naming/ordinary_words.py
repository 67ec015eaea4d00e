"""Words that people say every day, and that companies are called by too. Where one of them stands
alone in a sentence, nobody is named by it: "direct" is not Direct Foods. Knows no company.

Which words: those that our phrases use often, and those that many companies have in their names.
"""

ORDINARY = frozenset(
    """
    able abort about above accept acceptance accepted accepting accepts access accident
    according account accountant accounting accounts act action active actually add added
    address admin administer administrator admins advance after afternoon afterwards again
    against agent agents ago agree agreed agreement agreements agrees ahead all allow allowed
    alone along alpha already also although am among amount an and anew anniversary announced
    annual another answer answered answers any anybody anymore anyone anything anyway apart api
    app appeal appear appeared appears application applied apply approval approvals approve
    approved approver approvers approves apr april are around arrive arrived as ask asked asking
    asks assess assessment assign assigned assistant at audit aug august authenticator
    authorised authorization authorize authorized automatic automatically automation available
    away aws azure back backup bad badge bank bar base be became because become becomes becoming
    been before begin behalf behind being belongs below benefits besides best better between big
    bill billed billing bills bind bit blocked blue board book boss bosses bot both bought
    bounced box branch break bring broken budget built bulk business but button buy by
    calculation calendar call called calls came can cancel cancelled cancels candidate cannot
    cant capabilities capability capital car card care carry case cases cause center central
    centre ceo certificate cfo change changed changeover changes changing channel charge check
    checked cheers chief choice choose chooses choosing chose chosen cio city claim clause clean
    cleaning clear click clicked clicking client clients close closed cloud code coffee
    colleague colleagues come comes commit companies company compare comparison complete
    completed completely compliant conditions confirm confirmation confirmed connect connected
    consent consented consequences consider considering consulting consumption contact continue
    contract contracts convert coo copilot correct cost costs could count counted country counts
    couple course court cover coworker create created creates creative credit criteria cross csp
    cto current customer customers cut damages danger data database date day days dead deadline
    deal deauthorization deauthorized dec december decide decided decision decline declined
    defender delegated delete deleted deliver denied dental deployment design designation
    designations desk details developers did difference different digital direct directly
    director directors directory disappear discount displayed disti distis distribution
    distributor distributors do document documentation documents does doesnt doing dollars
    domain don done dont double down download dozen draft drop dual duration during dynamics
    each early earn eastern effect either electric eligibility eligible else email emails
    employee employees employment empty end ended ending ends energy enforcement engineering
    english enough enroll enrolled enrolling enrollment enrolment enter enterprise entra entry
    environment error errors escalate etc europe european evaluate even evening event ever every
    everybody everyone everything exactly example exchange excluded executive exist existing
    exit expect expected expired explain export express extend extension eyes fact factor
    factory fail failed fails fake false far farm farms fashion fast features feb february fee
    few fifty figure figures file filed files filled final finally finance financial find fine
    finish finished first fiscal five fix fixed flipped floor flow folks follow followed food
    foods for forbidden forever forget forgot form former forty forward found foundation four
    free fresh fri friday from fulfil full functions future fyi ga game garden gave gdap general
    generate genuine german germany get gets give given gives global gmail gmbh go goes going
    gold golden gone good google got grand grant granular graph great green greyed group guide
    guy guys gym had half hand handed handle happen happened happens happy has have haven having
    he heads health healthcare hear heard hello help helpdesk helpful helps her here hey hi high
    him himself his history hit hold holding holdings holiday home hospital hotel hour hours
    house how hr human hundred idea ids if ignore immediately impact import importers in inbox
    incentive incentives include included indirect industrial industries info inform informed
    innovation install instances instead institute insufficient insurance integration
    international into invalid invest investment invitation invitations invite invited invites
    inviting invoice invoices invoicing is island it item items its itself jan january job join
    joined joins joint jul july jun june just keep keeps key keys kick kicked kind know lab labs
    lacks land landed landlord language laptop large last late later law lawyer lawyers lead
    leadership leads leave leaving left legal legally less let lets letter level liability
    liable licence licences license licenses life lifted light like limit limited limits line
    link linked list listed lists live local location locked log logged login logistics logo
    long longer look looked looking looks lose losing loss lost lot lots low lunch maccount
    machine made mail mailbox mailed mails main make makes manage management manager managing
    mandatory manual many mar march margin marine mark market marketing marketplace matter may
    mca me mean meaning means meant measured media medical meet meeting membership menu menus
    message messages metal mfa micro microsoft migrate migration milestone milestones million
    mind minimum minute minutes miss missing mistake mixed mobile mode model models modern
    module moment mon monday money month monthly months more morning most motor motors move
    moved moves moving mpa much multi multiple music must mute my myself nah name named names
    national natural nature navigation necessary need needed needs neither network networks
    never new news newsletter next nice night no nobody non none noon nope normal north northern
    not note notes nothing notice notices notification notifications notified notify nov
    november now number numbers oct october of off offer offered offers office offices official
    offline oil ok okay old on onboard onboarding once one ones online only onmicrosoft onto
    oops open opened opening opens operate option options or order ordered ordering orders
    organic organics other others our ours ourselves out outage outdated outlook outside over
    overdue overview own owner owners ownership packaging page paid paper papers paragraph
    parallel part partner partners partnership party pass passed password paste path pay payment
    payments pays pending people per period permanent permission permissions permitted perpetual
    person personally pharma phase phishing phone pick picked picks place plan plans please plus
    pm point points policy portal possible post power powershell prefer preferred premium
    prepaid prepare present press pressed previous price prices primary prime print prior
    privileges pro problem procedure process processing product production products profile
    program programs progress project proof property prospect protection provider providers
    public pull pulled purchase purchases put qualify quality quantity question questions queue
    quick quickly quit quote quotes raise ran rate rather reach reached react read reads ready
    real really reason reasons rebates receive received receives reception recognise recommend
    record records red refund refuse refused refuses region regions register registration
    rejected rejection relation relationship relationships relay release remain remains remind
    reminder reminders remove removed renamed renew renewal repeat replace replaced report
    reported request requested requests require required requirement requirements research
    reseller resellers resend reservation reservations reserved reset resource resources
    responsible rest restore restrict restricted restriction resume retail return returns
    revenue reverse reversed revert review revocation revoke revoked rewrite rid right rights
    risk risks river road role roles roll rollback rolling route royal rule rules run running
    runs safe said sales same sandbox sat saturday save savings saw say says schedule school
    science score scratch screen script scripts sea search seat seats second section secure
    security see seen sees select selection sell selling send sender sending sends sent sep
    separate sept september serve server service services set settings settled setup several
    shall share shared sharepoint she shift shop short shortlist shortlisted should show shown
    shows side sign signature signed signing signs silver since single sister site sits skip
    slack small smart so software solar solution solutions solved some somebody someone
    something soon sorry sort source south southern space spam speak split sports sql stage
    stand standing stands star start started state status statuses stay staying stays steel step
    steps still stop stopped storage store stores stuck studio studios sub submission submit
    submitted subs subscription subscriptions sufficient sum sun sunday super supplier supplies
    supply support supporter supposed sure survive suspended suspension swap switch switched
    switching sync system systems tab take taken takes taking talk target tasks tax team teams
    tech technical technologies technology telecom tell tells template ten tenant tenants term
    terminate terminated termination terms test text textile than thank thanks that the their
    them then there these they thing things think thirty this those thousand three threshold
    through thu thursday tick ticked ticket tickets tier tile time titled to today together
    token told tomorrow tonight too took tool tools top toward track trade traders trading
    trailing training transact transfer transferable transferred transfers transition translate
    translation transport travel treasurer trial trigger true trust trustworthy try tue tuesday
    turn turned turnover twelve twenty twice two type unauthorized unchanged under understand
    undo union united university unknown until up update updated upfront upload uploaded upon
    urban url us usage use used user users uses vacation valid validity value vanish vendor
    verification verified verify version very vetting via video view village visa visible vision
    vp vs wait waiting walk want wants warned warning warnings was water way we website wed
    wednesday week weekend weeks well went were west western what whats when where whether which
    while white who whole wholesaler whom whose why wide will window windows wine wireless with
    withdraw withdrawn within without won wood word words work working works workspace world
    would write written wrong wrote yeah year yearly years yep yes yesterday yet you your
    yourself yup
    """.split()
)
