package io.holdfast.config;

/** The kinds of databases. */
public enum EngineType {
    POSTGRES("postgresql"),
    SQLITE("sqlite"),
    D1("d1");

    private final String scheme;

    EngineType(String scheme) {
        this.scheme = scheme;
    }

    /** What its URLs start with. */
    public String scheme() {
        return scheme;
    }
}
