package io.holdfast.engine.d1;

import io.holdfast.devstack.d1.D1Server;
import java.net.URI;

/** The REST API of D1 before one engine or another, as the contract needs it. */
interface D1Api extends AutoCloseable {
    URI endpoint();

    /** Returns a new token that reads and writes. */
    String token();

    /** Creates an empty database and returns its id. */
    String create(String name);

    /** Runs statements in one transaction, as an application would. */
    void sql(String database, String... statements);

    @Override
    void close();

    /** devstack's stand-in. */
    record StandIn(D1Server server) implements D1Api {
        @Override
        public URI endpoint() {
            return server.endpoint();
        }

        @Override
        public String token() {
            return server.token(D1Server.Right.WRITE);
        }

        @Override
        public String create(String name) {
            return server.create(name);
        }

        @Override
        public void sql(String database, String... statements) {
            server.sql(database, statements);
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
