package io.holdfast.rds;

import io.holdfast.engine.connect.DatabaseAddress;
import java.net.URI;
import java.util.Optional;

/**
 * A database on an instance of Amazon RDS, or on an Aurora cluster.
 *
 * @param endpoint of the API; empty: Amazon's of the region
 * @param source the instance or cluster whose earlier states are wanted
 * @param instanceClass of copies; empty: that of the source
 * @param address of the database on the source: copies have the same database, role and TLS parameters
 * @param owner id of the source in this installation, so that another one does not delete the copies
 */
public record RdsSettings(
        Optional<URI> endpoint,
        String region,
        Source source,
        Optional<String> instanceClass,
        DatabaseAddress address,
        String owner) {

    /** What a copy is made of. */
    public sealed interface Source {
        /** Its identifier. */
        String id();
    }

    /** One instance, without Aurora. */
    public record Instance(String id) implements Source {}

    /** An Aurora cluster. */
    public record Cluster(String id) implements Source {}

    /** Returns where the API of a region is: the endpoint, or else Amazon's. */
    public static URI api(Optional<URI> endpoint, String region) {
        return endpoint.orElseGet(() -> RdsApi.amazon(region));
    }
}
