package io.holdfast.engine.d1;

import io.holdfast.engine.d1.client.D1Address;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A D1 database and how it is read.
 *
 * @param endpoint of Cloudflare's API, such as {@code https://api.cloudflare.com/client/v4}
 * @param account the account's id
 * @param database the database's id
 * @param target what a restore makes
 * @param folder where restored databases are made as SQLite files, also those that become D1 databases; empty: nowhere
 * @param window how long Time Travel keeps earlier states
 */
public record D1Settings(
        URI endpoint,
        String account,
        String database,
        Consistency consistency,
        RestoreTarget target,
        Optional<Path> folder,
        Duration window) {
    /** Of a paid plan. */
    public static final Duration WINDOW = Duration.ofDays(30);

    D1Address address() {
        return new D1Address(endpoint, account, database);
    }
}
