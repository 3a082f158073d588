package io.holdfast.engine.d1;

import io.holdfast.engine.SourceDatabase;
import io.holdfast.engine.connect.PasswordSupplier;
import io.holdfast.engine.d1.client.RequestBudgets;
import java.util.Map;

/** Cloudflare D1. Its databases are SQLite: a backup of one is read, compared and restored by SQLite's engine. */
public final class D1Engine {

    /**
     * A database that is read over the network. Makes no request.
     *
     * @param token of an API token with the right D1 Read; it is asked for before each request
     */
    public SourceDatabase source(D1Settings settings, PasswordSupplier token) {
        return new D1Source(settings, token);
    }

    /** How many requests each account's tokens have left in this process at the moment, by the account's id. */
    public static Map<String, Integer> remainingRequests() {
        return RequestBudgets.remaining();
    }
}
