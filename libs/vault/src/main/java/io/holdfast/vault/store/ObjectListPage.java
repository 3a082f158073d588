package io.holdfast.vault.store;

import java.util.List;

/** Part of a listing, in the order of keys. {@code more} says whether objects follow the last of these. */
public record ObjectListPage(List<StoredObject> objects, boolean more) {
    public ObjectListPage {
        objects = List.copyOf(objects);
    }
}
