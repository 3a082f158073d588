package io.holdfast.cli.local;

import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceEndpoints;
import io.holdfast.cli.terminal.CommandOutput;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.ProgressLine;
import io.holdfast.config.Environment;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.devstack.DevStack;
import io.holdfast.devstack.Service;
import io.holdfast.devstack.StackOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The platform on this machine, until it is told to stop. */
public final class PlatformRunner {
    private static final int LOOK_EVERY_SECONDS = 2;

    private final Path data;
    private final @Nullable Path config;
    private final Map<Service, Integer> ports;
    private final boolean withD1;
    private final CommandOutput output;
    private volatile boolean failed;
    private volatile @Nullable LocalPlatform platform;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    /**
     * A platform that is not started yet.
     *
     * @param config null to write and use one for the development stack
     * @param withD1 whether a stand-in for D1 runs, too; only without {@code config}
     */
    public PlatformRunner(
            Path data, @Nullable Path config, Map<Service, Integer> ports, boolean withD1, CommandOutput output) {
        this.data = data.toAbsolutePath().normalize();
        this.config = config;
        this.ports = ports;
        this.withD1 = withD1;
        this.output = output;
    }

    /** Runs until Ctrl-C, {@code down}, or the end of the stack. */
    public void run(Environment environment) throws IOException, SQLException, InterruptedException {
        if (config != null) {
            HoldfastConfig.load(config, environment); // a mistake in it is told before anything starts
        }
        LocalFolders.passable(data);
        try (PidFile pid = PidFile.take(data)) {
            Thread hook = Thread.ofPlatform().unstarted(this::stopAndWait);
            Runtime.getRuntime().addShutdownHook(hook);
            Instant begun = Instant.now();
            try (SampleD1 d1 = withD1 ? sampleD1() : null;
                    LocalPlatform started = stack()) {
                platform = started;
                if (stop.getCount() == 0) {
                    return;
                }
                Path used = config == null ? generate(started, d1, environment) : config.toAbsolutePath();
                ServiceEndpoints endpoints = serve(started, used);
                pid.serving(endpoints);
                Optional<URI> prometheus = started.observe(data.resolve("prometheus"), endpoints);
                greet(started, d1, endpoints, prometheus, used, Duration.between(begun, Instant.now()));
                watch(started);
            }
        } catch (Exception e) { // whatever it is, it decides the exit code; it goes on up
            failed = stop.getCount() > 0; // what is pulled away on purpose may complain
            if (failed) {
                throw e;
            }
        } finally {
            stopped.countDown();
        }
    }

    private LocalPlatform stack() throws IOException {
        try (ProgressLine line = output.progress("up")) {
            line.show("starting Kafka, PostgreSQL, S3", 0, null, "");
            return LocalPlatform.start(StackOptions.in(LocalFolders.passable(data.resolve("stack"))));
        }
    }

    private SampleD1 sampleD1() throws IOException, SQLException {
        try (ProgressLine line = output.progress("sample database in D1")) {
            line.show("starting the stand-in", 0, null, "");
            return SampleD1.start(LocalFolders.passable(data.resolve("d1")));
        }
    }

    private Path generate(LocalPlatform platform, @Nullable SampleD1 d1, Environment environment)
            throws IOException, SQLException {
        SampleDatabase portal = new SampleDatabase(platform.addresses().postgres());
        try (ProgressLine line = output.progress("sample database")) {
            portal.create((step, number, of) -> line.show("filling", number, (long) of, step));
        }
        Path file = new GeneratedConfig(data, platform.addresses()).write(portal, d1);
        VaultSetup.init(HoldfastConfig.load(file, environment).vault());
        return file;
    }

    private ServiceEndpoints serve(LocalPlatform platform, Path used) throws IOException {
        try (ProgressLine line = output.progress("up")) {
            line.show("starting the five services", 0, null, "");
            return platform.serve(used, Files.createDirectories(data.resolve("logs")), ports);
        }
    }

    private void greet(
            LocalPlatform platform,
            @Nullable SampleD1 d1,
            ServiceEndpoints endpoints,
            Optional<URI> prometheus,
            Path used,
            Duration took) {
        output.say("Holdfast is up after " + HumanFormat.duration(took) + ".");
        output.say("");
        for (Service service : Service.values()) {
            output.say(String.format("  %-17s %s/q/swagger-ui", service.module(), endpoints.of(service)));
        }
        output.say("  messages caught   " + platform.addresses().catcher().http() + "/");
        prometheus.ifPresent(url -> output.say("  Prometheus        " + url + "/alerts"));
        output.say("  Kafka             " + platform.addresses().kafka());
        if (d1 != null) {
            output.say("  D1 (stand-in)     " + d1.endpoint() + ", source " + SampleD1.SOURCE);
        }
        output.say("  configuration     " + used);
        output.say("  logs              " + data.resolve("logs"));
        output.say("");
        boolean usualFolder = data.equals(LocalFolders.data(System.getenv()));
        String server = usualFolder || ports.getOrDefault(Service.BACKUP, 0) == Service.BACKUP.port()
                ? ""
                : " --server " + endpoints;
        output.say("A first backup, in another terminal:");
        output.say(
                "  ./holdfast backup " + (config == null ? SampleDatabase.NAME : "SOURCE") + " --wait proven" + server);
        output.say("");
        output.say("Ctrl-C or ./holdfast down" + (usualFolder ? "" : " --data " + data)
                + " stops it; the data stays in " + data + ".");
    }

    private void watch(LocalPlatform platform) throws InterruptedException {
        while (!stop.await(LOOK_EVERY_SECONDS, TimeUnit.SECONDS)) {
            if (platform.stackIsGone()) {
                throw CommandException.failed("the development stack ended by itself; see "
                        + data.resolve("stack").resolve(DevStack.LOG) + ", and start again with ./holdfast up");
            }
            platform.fallen().ifPresent(service -> {
                output.note("holdfast: " + service.module() + " ended by itself; starting it again, see "
                        + data.resolve("logs").resolve(service.module() + ".log"));
                platform.restart(service);
            });
        }
    }

    /**
     * Runs in the shutdown hook after Ctrl-C or {@code down}: closes everything, also what is only starting, and waits for
     * the main thread. Being stopped is how this command ends well, so its exit code is 0 and not that of a signal.
     */
    private void stopAndWait() {
        stop.countDown();
        try {
            LocalPlatform running = platform;
            if (running != null) {
                running.close();
            }
            stopped.await();
            if (!failed) {
                Runtime.getRuntime().halt(0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
