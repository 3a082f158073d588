package io.holdfast.eventing.health;

import java.io.File;

/**
 * Space in the file system of a folder.
 *
 * @param free bytes that this process can use
 * @param size bytes of the file system; 0 if it cannot be read
 */
public record DiskSpace(String folder, long free, long size) {

    /** The folder of temporary files: copies of databases, schema dumps and scratch clusters. */
    public static DiskSpace ofTemporaryFiles() {
        File folder = temporary();
        return new DiskSpace(folder.getPath(), folder.getUsableSpace(), folder.getTotalSpace());
    }

    static File temporary() {
        return new File(System.getProperty("java.io.tmpdir"));
    }

    /** Free space as a percentage of the size, rounded down; 100 if the size is unknown. */
    public int percentFree() {
        return size <= 0 ? 100 : (int) (100.0 * free / size);
    }
}
