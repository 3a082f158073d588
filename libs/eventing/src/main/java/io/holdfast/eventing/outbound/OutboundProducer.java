package io.holdfast.eventing.outbound;

import io.holdfast.eventing.config.LiveConfig;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The rules of outbound requests with the configuration in effect, and the client that keeps to them. */
@ApplicationScoped
class OutboundProducer {
    @Produces
    @Singleton
    OutboundPolicy policy(
            LiveConfig live,
            @ConfigProperty(name = "kafka.bootstrap.servers") String brokers,
            @ConfigProperty(name = "quarkus.datasource.jdbc.url") Optional<String> database,
            @ConfigProperty(name = "quarkus.http.port") int port) {
        return new OutboundPolicy(
                OutboundPolicy::systemResolver,
                () -> live.find().map(config -> config.outbound().allow()).orElseGet(List::of),
                () -> PlatformEndpoints.of(live.find(), brokers, port),
                PlatformEndpoints.database(database).orElse(null));
    }

    @Produces
    @Singleton
    OutboundHttpClient client(Vertx vertx, OutboundPolicy policy) {
        return new OutboundHttpClient(vertx, policy);
    }

    void close(@Disposes OutboundHttpClient client) {
        client.close();
    }
}
