package io.holdfast.restore.domain;

/** Descriptions of where the databases of configured sources are. */
public interface DatabasePlaces {
    /** Platform, source and server of a database, for messages and events. */
    String place(String source);
}
