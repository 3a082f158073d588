package io.holdfast.transfer.access;

import io.holdfast.config.ByteSize;
import io.holdfast.config.DatabaseUrl;
import io.holdfast.config.EngineType;
import io.holdfast.config.SecretRef;
import io.holdfast.config.SecretUnavailableException;
import io.holdfast.config.SourceConfig;
import io.holdfast.config.SupabaseReference;
import io.holdfast.config.TableName;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.engine.BackupScope;
import io.holdfast.engine.BlockedDdlPolicy;
import io.holdfast.engine.SnapshotOptions;
import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.d1.Consistency;
import io.holdfast.engine.d1.D1Engine;
import io.holdfast.engine.d1.D1Settings;
import io.holdfast.engine.d1.RestoreTarget;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.pointintime.PointInTimeCopies;
import io.holdfast.engine.pointintime.PointInTimeCopy;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.RewindTarget;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.neon.NeonBranches;
import io.holdfast.neon.NeonSettings;
import io.holdfast.rds.RdsCopies;
import io.holdfast.rds.RdsCredentials;
import io.holdfast.rds.RdsSettings;
import io.holdfast.supabase.SupabaseProject;
import io.holdfast.supabase.SupabaseSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a configured source is reached and read. */
public final class SourceConnector {
    private static final Pattern D1_URL = Pattern.compile("d1://([^/]+)/([^/]+)");
    /** Cloudflare's. */
    public static final URI D1_ENDPOINT = URI.create("https://api.cloudflare.com/client/v4");

    private final String name;
    private final SourceConfig config;
    private final @Nullable String aside;
    private final List<TableName> only;
    private final boolean restoring;

    public SourceConnector(String name, SourceConfig config) {
        this(name, config, null, List.of(), false);
    }

    private SourceConnector(
            String name, SourceConfig config, @Nullable String aside, List<TableName> only, boolean restoring) {
        this.name = name;
        this.config = config;
        this.aside = aside;
        this.only = only;
        this.restoring = restoring;
    }

    /** The same database, by the role that restores. */
    public SourceConnector restoring() {
        return new SourceConnector(name, config, aside, only, true);
    }

    /** The same server and credentials, but a database that a restore put aside. */
    public SourceConnector putAside(String database) {
        return new SourceConnector(name, config, database, only, restoring);
    }

    /** Of the scope only these tables. */
    public SourceConnector only(List<TableName> tables) {
        return new SourceConnector(name, config, aside, tables, restoring);
    }

    /**
     * The database, to be read or restored to. Opens no connection.
     *
     * @throws HoldfastException CONFIG_INVALID if it is a SQLite file outside these folders; SOURCE_UNSUPPORTED
     */
    public SourceDatabase database(SqliteFolders folders) {
        return switch (config.engine()) {
            case POSTGRES ->
                new PostgresEngine(PostgresTools.find(null))
                        .source(
                                address(),
                                password(),
                                config.restore().flatMap(SourceConfig.Restoring::maintenanceDatabase));
            case SQLITE -> {
                folders.check(file(), FailureCode.CONFIG_INVALID);
                yield new SqliteEngine().source(file());
            }
            case D1 -> new D1Engine().source(d1(), password());
        };
    }

    private D1Settings d1() {
        Matcher url = D1_URL.matcher(config.url().text());
        if (!url.matches()) {
            throw HoldfastException.about(
                    name,
                    FailureCode.CONFIG_INVALID,
                    "source \"" + name + "\": its url is not d1://account-id/database-id");
        }
        Optional<SourceConfig.CloudflareD1> d1 = config.d1();
        boolean perTable = d1.map(SourceConfig.CloudflareD1::consistency)
                .filter(SourceConfig.Consistency.PER_TABLE::equals)
                .isPresent();
        return new D1Settings(
                d1.map(SourceConfig.CloudflareD1::endpoint).orElse(D1_ENDPOINT),
                url.group(1),
                url.group(2),
                perTable ? Consistency.PER_TABLE : Consistency.STRICT,
                intoD1() ? RestoreTarget.D1 : RestoreTarget.SQLITE,
                d1.flatMap(SourceConfig.CloudflareD1::folder)
                        .map(folder -> folder.toAbsolutePath().normalize()),
                d1.map(SourceConfig.CloudflareD1::window).orElse(D1Settings.WINDOW));
    }

    /** The server, for the tools that copy all of it; fails with SOURCE_UNSUPPORTED for another engine than PostgreSQL. */
    public DatabaseAddress physical() {
        if (config.engine() != EngineType.POSTGRES) {
            throw HoldfastException.about(
                    name,
                    FailureCode.SOURCE_UNSUPPORTED,
                    "source \"" + name + "\" is no PostgreSQL server; only those have WAL");
        }
        return address();
    }

    /** The password, read for each connection. */
    public PasswordSupplier credentials() {
        return password();
    }

    /**
     * Copies of earlier states of the database, which the provider of its server makes; empty for a source without a provider.
     * Sends no request.
     *
     * @param id the copies are named after it: another installation has another id of the same source
     */
    public Optional<PointInTimeCopies> copies(SourceId id, InstantSource clock) {
        String owner = id.value().toString();
        return config.neon()
                .<PointInTimeCopies>map(neon -> branches(neon, owner, clock))
                .or(() -> config.rds().map(rds -> instances(rds, owner, clock)));
    }

    private NeonBranches branches(SourceConfig.Neon neon, String owner, InstantSource clock) {
        return new NeonBranches(
                new NeonSettings(neon.endpoint(), neon.project(), neon.branch(), databaseName(), user(), owner),
                PasswordSupplier.from(() -> reveal(neon.apiKey(), "API key of Neon")),
                clock);
    }

    private RdsCopies instances(SourceConfig.Rds rds, String owner, InstantSource clock) {
        RdsSettings settings = new RdsSettings(
                rds.endpoint(),
                rds.region(),
                rds.instance()
                        .<RdsSettings.Source>map(RdsSettings.Instance::new)
                        .or(() -> rds.cluster().map(RdsSettings.Cluster::new))
                        .orElseThrow(),
                rds.instanceClass(),
                address(),
                owner);
        RdsCredentials credentials = new RdsCredentials(rds.accessKey()
                .flatMap(accessKey -> rds.secretKey()
                        .map(secretKey -> new RdsCredentials.Keys(
                                PasswordSupplier.from(() -> reveal(accessKey, "access key of AWS")),
                                PasswordSupplier.from(() -> reveal(secretKey, "secret key of AWS"))))));
        PasswordSupplier former = rds.password()
                .map(reference -> PasswordSupplier.from(() -> reveal(reference, "password on copies")))
                .orElseGet(this::password);
        return new RdsCopies(settings, credentials, former, clock);
    }

    /** Where {@link #copies} sends its requests; empty for a source without a provider. */
    public Optional<URI> copiesApi() {
        return config.neon()
                .map(SourceConfig.Neon::endpoint)
                .or(() -> config.rds().map(rds -> RdsSettings.api(rds.endpoint(), rds.region())));
    }

    /** The Supabase project of the source; empty for another source. Sends no request. */
    public Optional<SupabaseProject> supabase() {
        return config.supabase()
                .map(supabase -> new SupabaseProject(
                        new SupabaseSettings(supabase.endpoint(), supabase.project()),
                        PasswordSupplier.from(() -> reveal(supabase.token(), "token of Supabase"))));
    }

    /**
     * The reference of the Supabase project that the address of this connector's role names; of a source with a stand-in on this
     * machine as API the configured one. Empty for another source.
     */
    public Optional<String> supabaseProject() {
        if (config.engine() != EngineType.POSTGRES) {
            return Optional.empty();
        }
        DatabaseAddress address = address();
        return config.supabase()
                .filter(SupabaseReference::isExempt)
                .map(SourceConfig.Supabase::project)
                .or(() -> SupabaseReference.of(address.host(), address.user()));
    }

    /**
     * Whether both sources are on one PostgreSQL server. All projects of a region of Supabase share a host and a port: their databases
     * are told apart by the project.
     */
    public boolean sharesServer(SourceConnector other) {
        if (config.engine() != EngineType.POSTGRES || other.config.engine() != EngineType.POSTGRES) {
            return false;
        }
        Optional<String> project = supabaseProject();
        Optional<String> others = other.supabaseProject();
        boolean ofProjects = project.isPresent() && others.isPresent();
        return ofProjects ? project.equals(others) : place().equals(other.place());
    }

    /** The database, whose provider takes its server back. Opens no connection. Fails as {@link #physical}. */
    public RewindTarget rewindTarget() {
        return new RewindTarget(physical(), password());
    }

    /** A copy, to be read. Its server's certificate is verified if the URL of the source demands that. Opens no connection. */
    public SourceDatabase copied(PointInTimeCopy copy) {
        DatabaseAddress made = copy.address();
        DatabaseAddress own = address();
        DatabaseAddress address = own.sslMode().startsWith("verify-")
                ? new DatabaseAddress(made.host(), made.port(), made.database(), made.user(), own.parameters())
                : made;
        return new PostgresEngine(PostgresTools.find(null)).source(address, copy.password());
    }

    /** The folder in which restores beside this source make files; empty: they make databases on a server, or none. */
    public Optional<Path> fileTargets() {
        return switch (config.engine()) {
            case POSTGRES -> Optional.empty();
            case SQLITE ->
                Optional.ofNullable(file().toAbsolutePath().normalize().getParent());
            case D1 -> intoD1() ? Optional.empty() : d1().folder();
        };
    }

    private boolean intoD1() {
        return config.d1()
                .map(SourceConfig.CloudflareD1::restoreTo)
                .filter(SourceConfig.RestoreTo.D1::equals)
                .isPresent();
    }

    /** The API through which it is reached; empty for what is no D1 database. */
    public Optional<URI> api() {
        return config.engine() == EngineType.D1 ? Optional.of(d1().endpoint()) : Optional.empty();
    }

    /** As its server knows it: a database, a file in a directory, or the id of a D1 database. */
    public String databaseName() {
        return switch (config.engine()) {
            case POSTGRES -> address().database();
            case SQLITE -> file().getFileName().toString();
            case D1 -> d1().database();
        };
    }

    /** The server of its connections; empty for files and Unix sockets. */
    public Optional<DatabaseAddress> server() {
        return config.engine() == EngineType.POSTGRES
                ? Optional.of(address()).filter(address -> !address.unixSocket())
                : Optional.empty();
    }

    /** The role of its connections; empty for files. */
    public String user() {
        return config.engine() == EngineType.POSTGRES ? address().user() : "";
    }

    /** The same for two sources that lie on the same server, in the same directory, or in the same account. */
    public String place() {
        return switch (config.engine()) {
            case POSTGRES -> {
                DatabaseAddress address = DatabaseAddress.parse(config.url().text());
                yield address.host() + ":" + address.port();
            }
            case SQLITE -> String.valueOf(file().toAbsolutePath().normalize().getParent());
            case D1 -> "d1://" + d1().account(); // one account's databases share its requests
        };
    }

    private Path file() {
        Path file = Path.of(DatabaseUrl.sqlitePath(config.url().text()));
        return aside == null ? file : file.resolveSibling(aside);
    }

    private DatabaseAddress address() {
        DatabaseAddress own = DatabaseAddress.parse(config.url().text());
        DatabaseAddress address = restoring ? restoringAddress(own) : own;
        return aside == null ? address : address.withDatabase(aside);
    }

    private DatabaseAddress restoringAddress(DatabaseAddress own) {
        SourceConfig.Restoring restore = config.restore().orElse(null);
        if (restore == null) {
            return own;
        }
        DatabaseAddress address = restore.url()
                .map(url -> DatabaseAddress.parse(url.text()).withDatabase(own.database()))
                .orElse(own);
        return restore.user().map(address::withUser).orElse(address);
    }

    private Optional<SecretRef> passwordReference() {
        if (!restoring) {
            return config.password();
        }
        return config.restore()
                .flatMap(restore -> restore.password().isPresent()
                                || restore.user().isPresent()
                                || restore.url().isPresent()
                        ? Optional.of(restore.password())
                        : Optional.<Optional<SecretRef>>empty())
                .orElseGet(config::password);
    }

    /** Read from its reference anew for each connection, so that a rotated one is picked up. */
    private PasswordSupplier password() {
        return passwordReference()
                .map(reference -> PasswordSupplier.from(() -> reveal(reference, "password")))
                .orElseGet(PasswordSupplier::none);
    }

    private String reveal(SecretRef reference, String use) {
        try {
            return reference.resolve().reveal();
        } catch (SecretUnavailableException e) {
            throw HoldfastException.about(
                    name, FailureCode.CONFIG_INVALID, "source \"" + name + "\": its " + use + ": " + e.getMessage());
        }
    }

    /** Told is who waits for the snapshot's locks, once for each snapshot; see {@link BlockedDdlPolicy}. */
    public SnapshotOptions options(String applicationName, Consumer<String> told) {
        SourceConfig.Limits limits = config.limits();
        return SnapshotOptions.defaults()
                .withBlockedDdl(new BlockedDdlPolicy(
                        limits.onBlockedDdl() == SourceConfig.OnBlockedDdl.ABORT, limits.blockedDdlPatience(), told))
                .withReaders(limits.readers())
                .withBytesPerSecond(limits.bytesPerSecond().map(ByteSize::bytes).orElse(0L))
                .withLockTimeout(limits.lockTimeout())
                .withApplicationName(applicationName)
                .withScope(scope());
    }

    public BackupScope scope() {
        SourceConfig.Scope configured = config.scope();
        BackupScope scope = new BackupScope(
                Set.copyOf(configured.include().schemas()),
                names(configured.include().tables()),
                Set.copyOf(configured.exclude().schemas()),
                names(configured.exclude().tables()),
                names(configured.exclude().tableData()),
                Set.copyOf(configured.exclude().extensions()),
                configured.extensions() == SourceConfig.Extensions.KEEP,
                false);
        return only.isEmpty() ? scope : scope.narrowedTo(names(only));
    }

    private Set<QualifiedName> names(List<TableName> tables) {
        String schema = config.engine() == EngineType.POSTGRES ? "public" : "main";
        return tables.stream()
                .map(table -> new QualifiedName(table.schema().orElse(schema), table.table()))
                .collect(Collectors.toUnmodifiableSet());
    }
}
