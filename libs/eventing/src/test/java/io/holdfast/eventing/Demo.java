package io.holdfast.eventing;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Version;
import java.util.UUID;

/** An aggregate to try the library on. */
@Entity
public class Demo {
    @Id
    UUID id;

    String name;
    public int effects;

    @Version
    long version;

    protected Demo() {}

    public Demo(UUID id, String name) {
        this.id = id;
        this.name = name;
        this.effects = 1;
    }
}
