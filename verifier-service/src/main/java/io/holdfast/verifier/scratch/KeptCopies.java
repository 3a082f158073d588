package io.holdfast.verifier.scratch;

import io.holdfast.config.ScratchConfig;
import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.VerificationId;
import io.holdfast.engine.TargetServer;
import io.holdfast.engine.connect.DatabaseAddress;
import io.holdfast.engine.model.QualifiedName;
import io.holdfast.engine.postgres.PostgresEngine;
import io.holdfast.engine.postgres.TemporaryLogins;
import io.holdfast.engine.postgres.tools.PostgresTools;
import io.holdfast.eventing.config.LiveConfig;
import jakarta.enterprise.context.ApplicationScoped;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Copies that stay on the scratch server of the configuration after their drill, and the logins to them. A throw-away cluster
 * keeps none: it has no network, and ends with its drill. Blocks.
 */
@ApplicationScoped
public class KeptCopies {
    private static final int PASSWORD_BYTES = 24;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final LiveConfig live;

    KeptCopies(LiveConfig live) {
        this.live = live;
    }

    /** A login to one database. The password is nowhere else. */
    public record Login(String host, int port, String database, String user, String password) {
        @Override
        public String toString() {
            return "login of " + user + " to " + database;
        }
    }

    /** Host and port of the scratch server; empty: the configuration names none, and no copy can be kept. */
    public Optional<String> server() {
        return configured().map(server -> shown(address(server)));
    }

    /**
     * Requires that a login to a copy cannot log in to another database of the scratch server.
     *
     * @throws HoldfastException TARGET_UNSUITABLE with the statements that close the server's other databases
     */
    public void requireClosedServer() {
        List<String> open = logins().openToAll();
        if (!open.isEmpty()) {
            throw HoldfastException.of(
                    FailureCode.TARGET_UNSUITABLE,
                    "the scratch server " + shown(address(required())) + " cannot keep a copy with a login of its own,"
                            + " because every role may log in to its databases " + String.join(", ", open)
                            + "; let the owner run: "
                            + open.stream()
                                    .map(database -> "REVOKE CONNECT ON DATABASE " + QualifiedName.quote(database)
                                            + " FROM PUBLIC;")
                                    .collect(Collectors.joining(" ")));
        }
    }

    /** Creates the login to a drill's copy, with a random password. An existing login gets that password. */
    public Login login(VerificationId drill, String database, Instant until) {
        requireClosedServer();
        byte[] bytes = new byte[PASSWORD_BYTES];
        RANDOM.nextBytes(bytes);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        logins().create(role(drill), password, database, until);
        DatabaseAddress address = address(required());
        return new Login(address.host(), address.port(), database, role(drill), password);
    }

    /** Ends all sessions of a drill's copy and drops it with its login. May be repeated. */
    public void drop(VerificationId drill, String database) {
        ScratchConfig.Server server = required();
        try (TargetServer target = new PostgresEngine(PostgresTools.find(null))
                .target(address(server), ScratchTargetFactory.password(server))) {
            target.drop(database);
        }
        logins().drop(role(drill));
    }

    private static String role(VerificationId drill) {
        return "holdfast_login_" + drill.toString().replace("-", "");
    }

    private TemporaryLogins logins() {
        ScratchConfig.Server server = required();
        return new TemporaryLogins(address(server), ScratchTargetFactory.password(server));
    }

    private static String shown(DatabaseAddress address) {
        return address.bracketed() + ":" + address.port();
    }

    private static DatabaseAddress address(ScratchConfig.Server server) {
        return DatabaseAddress.parse(server.url().text());
    }

    private Optional<ScratchConfig.Server> configured() {
        return live.current().scratch().postgres();
    }

    private ScratchConfig.Server required() {
        return configured()
                .orElseThrow(() -> HoldfastException.of(
                        FailureCode.SCRATCH_UNAVAILABLE,
                        "the configuration names no scratch server (scratch.postgres), so no copy can be kept"));
    }
}
