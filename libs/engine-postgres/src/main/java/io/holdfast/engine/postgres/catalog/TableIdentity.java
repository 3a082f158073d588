package io.holdfast.engine.postgres.catalog;

import io.holdfast.engine.model.QualifiedName;

/**
 * A table as the catalog has it: what must not change between listing, locking and the snapshot.
 * Its file may: TRUNCATE and rewriting ALTERs that committed before the locks were granted are seen by the snapshot.
 *
 * @param partition whether it is a partition of another
 */
public record TableIdentity(long oid, QualifiedName name, String kind, boolean partition) {
    boolean partitioned() {
        return kind.equals("p");
    }
}
