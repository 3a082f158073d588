package io.holdfast.verifier.scratch;

import io.holdfast.config.ScratchConfig;
import io.holdfast.config.SecretRef;
import io.holdfast.config.SecretUnavailableException;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.model.DatabaseDescriptor;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.engine.scratch.ScratchCluster;
import io.holdfast.engine.scratch.ScratchFileDirectory;
import io.holdfast.engine.scratch.ScratchOptions;
import io.holdfast.engine.sqlite.SqliteEngine;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where proofs are made: a throw-away cluster for each, or the server that the configuration names. */
@ApplicationScoped
class ScratchTargetFactory {
    private final LiveConfig live;
    private final Path directory;

    ScratchTargetFactory(LiveConfig live, @ConfigProperty(name = "holdfast.scratch.directory") String directory) {
        this.live = live;
        this.directory = Path.of(directory);
    }

    /** Fails with SCRATCH_UNAVAILABLE, or what the named server fails with: neither says anything of a backup. */
    ScratchTarget of(DatabaseDescriptor shape) {
        if (shape.engine().equals(SqliteEngine.NAME)) {
            return file();
        }
        PostgresEngine engine = new PostgresEngine(PostgresTools.find(null));
        return live.current()
                .scratch()
                .postgres()
                .map(server -> named(engine, server, shape))
                .orElseGet(() -> throwAway(engine, shape));
    }

    /** Its directory is deleted with whatever is in it. */
    private ScratchTarget file() {
        ScratchFileDirectory folder = ScratchFileDirectory.in(directory);
        SqliteEngine engine = new SqliteEngine();
        return new ScratchTarget(
                engine,
                engine.target(folder.path()),
                new ScratchTarget.Address(folder.path().toString(), PasswordSupplier.none(), null),
                folder);
    }

    private ScratchTarget throwAway(PostgresEngine engine, DatabaseDescriptor shape) {
        ScratchCluster cluster = ScratchCluster.start(
                ScratchOptions.in(directory, shape.serverMajor()).withRoles(shape.roles()));
        return new ScratchTarget(
                engine,
                cluster.target(),
                new ScratchTarget.Address(cluster.address().toString(), PasswordSupplier.none(), cluster.loader()),
                cluster);
    }

    private static ScratchTarget named(PostgresEngine engine, ScratchConfig.Server server, DatabaseDescriptor shape) {
        DatabaseAddress address = DatabaseAddress.parse(server.url().text());
        TargetServer target = engine.target(address, password(server));
        target.createRoles(target.missingRoles(shape.roles()));
        return new ScratchTarget(
                engine, target, new ScratchTarget.Address(address.toString(), password(server), null), () -> {});
    }

    static PasswordSupplier password(ScratchConfig.Server server) {
        return server.password()
                .map(reference -> PasswordSupplier.from(() -> reveal(reference)))
                .orElseGet(PasswordSupplier::none);
    }

    private static String reveal(SecretRef reference) {
        try {
            return reference.resolve().reveal();
        } catch (SecretUnavailableException e) {
            throw HoldfastException.of(FailureCode.CONFIG_INVALID, "scratch.postgres.password: " + e.getMessage());
        }
    }
}
