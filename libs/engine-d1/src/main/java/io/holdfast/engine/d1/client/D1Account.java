package io.holdfast.engine.d1.client;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.engine.connect.PasswordSupplier;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The databases of one account. Fails as {@link D1Client}; creating and deleting need the right D1 Write. */
public final class D1Account {
    private final D1Address address;
    private final PasswordSupplier token;
    private final D1Client.Patience patience;
    private final D1Client client;

    /** @param address its database does not count */
    public D1Account(D1Address address, PasswordSupplier token, D1Client.Patience patience) {
        this.address = address;
        this.token = token;
        this.patience = patience;
        this.client = new D1Client(address, token, patience);
    }

    /** The id of the database of this name. */
    public Optional<String> find(String name) {
        String query = "?per_page=100&name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
        return client.ask(HttpRequest.newBuilder(address.all(query)).GET()).objects().stream()
                .filter(database -> name.equals(database.get("name")))
                .map(database -> database.getOrDefault("uuid", ""))
                .filter(id -> !id.isEmpty())
                .findFirst();
    }

    /** Creates an empty database, or fails with TARGET_EXISTS if another one has the name. @return its id */
    public String create(String name) {
        String body = "{\"name\":" + D1Batch.quoted(name) + "}";
        try {
            return client.ask(
                            HttpRequest.newBuilder(address.all(""))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(body)),
                            false)
                    .value("uuid");
        } catch (HoldfastException e) {
            // D1 may have created the database although its answer was lost; one with objects is another program's
            if (e.code() != FailureCode.SOURCE_UNREACHABLE) {
                throw e;
            }
            return find(name).filter(this::isEmpty).orElseThrow(() -> e);
        }
    }

    private boolean isEmpty(String id) {
        D1Batch objects = new D1Batch(List.of("SELECT name FROM sqlite_schema WHERE name NOT GLOB '_cf_*' LIMIT 1"));
        return !database(id).read(objects).rows(0).next();
    }

    public void delete(String id) {
        client.ask(HttpRequest.newBuilder(address.of(id).operation("")).DELETE());
    }

    public D1Client database(String id) {
        return new D1Client(address.of(id), token, patience);
    }
}
