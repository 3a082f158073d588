package io.holdfast.restore.saga;

import io.holdfast.devstack.neon.NeonServer;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;

/** A Neon project whose branches are databases of the test's server. */
final class NeonProject extends KeptStates {
    final NeonServer server;

    /** Whether the passwords that the project names are wrong. */
    volatile boolean wrongPasswords;

    private final String user;
    private final String password;

    NeonProject(int postgres, String user, String password) {
        super(postgres, user, password);
        this.user = user;
        this.password = password;
        this.server = NeonServer.start(this, InstantSource.system());
    }

    @Override
    public synchronized URI open(String branch, Instant at) {
        openAs(user, wrongPasswords ? "not-" + password : password);
        return super.open(branch, at);
    }
}
