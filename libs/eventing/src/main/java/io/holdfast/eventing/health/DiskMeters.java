package io.holdfast.eventing.health;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.File;
import java.util.function.ToDoubleFunction;

/** Free and total space of the folder in which a service keeps temporary files, scratch clusters among them. */
@ApplicationScoped
class DiskMeters {
    private final MeterRegistry meters;

    DiskMeters(MeterRegistry meters) {
        this.meters = meters;
    }

    void start(@Observes StartupEvent ignored) {
        File folder = DiskSpace.temporary();
        gauge(folder, "holdfast.disk.free", "Space that this service can use", File::getUsableSpace);
        gauge(folder, "holdfast.disk.size", "Size of the file system", File::getTotalSpace);
    }

    private void gauge(File folder, String name, String help, ToDoubleFunction<File> space) {
        Gauge.builder(name, folder, space)
                .description(help)
                .baseUnit("bytes")
                .tag("folder", folder.getPath())
                .strongReference(true)
                .register(meters);
    }
}
