package io.holdfast.engine.model;

/**
 * An object of the schema dump that needs what the scope leaves out, so that it cannot be in a copy.
 *
 * @param catalog the OID of the catalog that it is in
 * @param oid its own there
 */
public record ExcludedObject(long catalog, long oid) {
    private static final long EXTENSIONS = 3079;

    /** Whether it is an extension: catalogs have the same number in every database. */
    public boolean extension() {
        return catalog == EXTENSIONS;
    }
}
