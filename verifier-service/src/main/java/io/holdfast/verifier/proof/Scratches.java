package io.holdfast.verifier.proof;

import io.holdfast.config.HoldfastConfig;
import io.holdfast.config.ScratchConfig;
import io.holdfast.config.SecretRef;
import io.holdfast.config.SecretUnavailable;
import io.holdfast.contracts.Failure;
import io.holdfast.contracts.FailureCode;
import io.holdfast.engine.DatabaseAddress;
import io.holdfast.engine.DatabaseShape;
import io.holdfast.engine.Password;
import io.holdfast.engine.Target;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.Tools;
import io.holdfast.engine.scratch.ScratchCluster;
import io.holdfast.engine.scratch.ScratchFiles;
import io.holdfast.engine.scratch.ScratchOptions;
import io.holdfast.engine.sqlite.SqliteEngine;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Where proofs are made: a throw-away cluster for each, or the server that the configuration names. */
@ApplicationScoped
class Scratches {
    private final ScratchConfig config;
    private final Path directory;

    Scratches(HoldfastConfig config, @ConfigProperty(name = "holdfast.scratch.directory") String directory) {
        this.config = config.scratch();
        this.directory = Path.of(directory);
    }

    /** Fails with SCRATCH_UNAVAILABLE, or what the named server fails with: neither says anything of a backup. */
    Scratch of(DatabaseShape shape) {
        if (shape.engine().equals(SqliteEngine.NAME)) {
            return file();
        }
        PostgresEngine engine = new PostgresEngine(Tools.find(null));
        return config.postgres().map(server -> named(engine, server, shape)).orElseGet(() -> throwAway(engine, shape));
    }

    /** Its directory is deleted with whatever is in it. */
    private Scratch file() {
        ScratchFiles folder = ScratchFiles.in(directory);
        SqliteEngine engine = new SqliteEngine();
        return new Scratch(engine, engine.target(folder.path()), folder);
    }

    private Scratch throwAway(PostgresEngine engine, DatabaseShape shape) {
        ScratchCluster cluster = ScratchCluster.start(
                ScratchOptions.in(directory, shape.serverMajor()).withRoles(shape.roles()));
        return new Scratch(engine, cluster.target(), cluster);
    }

    private static Scratch named(PostgresEngine engine, ScratchConfig.Server server, DatabaseShape shape) {
        Password password = server.password()
                .map(reference -> Password.from(() -> reveal(reference)))
                .orElseGet(Password::none);
        Target target = engine.target(DatabaseAddress.parse(server.url().text()), password);
        target.createRoles(target.missingRoles(shape.roles()));
        return new Scratch(engine, target, () -> {});
    }

    private static String reveal(SecretRef reference) {
        try {
            return reference.resolve().reveal();
        } catch (SecretUnavailable e) {
            throw Failure.of(FailureCode.CONFIG_INVALID, "scratch.postgres.password: " + e.getMessage());
        }
    }
}
