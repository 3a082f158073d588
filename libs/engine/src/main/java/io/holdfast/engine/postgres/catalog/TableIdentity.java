package io.holdfast.engine.postgres.catalog;

import io.holdfast.engine.model.QualifiedName;

/**
 * A table as the catalog has it: what must not change between listing, locking and the snapshot.
 *
 * @param partition whether it is a partition of another
 * @param file the relfilenode, which TRUNCATE and rewriting ALTERs change; 0 for a partitioned table
 */
public record TableIdentity(long oid, QualifiedName name, String kind, boolean partition, long file) {
    boolean partitioned() {
        return kind.equals("p");
    }
}
