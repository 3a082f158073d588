package io.holdfast.engine.d1.client;

import java.net.URI;

/**
 * Where a D1 database is.
 *
 * @param endpoint of Cloudflare's API, such as {@code https://api.cloudflare.com/client/v4}
 * @param account the account's id
 * @param database the database's id
 */
public record D1Address(URI endpoint, String account, String database) {

    /** Of the account's databases. */
    URI all(String query) {
        String base = endpoint.toString().replaceFirst("/+$", "");
        return URI.create(base + "/accounts/" + account + "/d1/database" + query);
    }

    /** Another database of the account. */
    D1Address of(String id) {
        return new D1Address(endpoint, account, id);
    }

    /** Of an operation of this database; empty for the database itself. */
    URI operation(String path) {
        return all("/" + database + path);
    }

    /** For messages. */
    String shown() {
        return "D1 database " + database;
    }
}
