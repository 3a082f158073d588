package io.holdfast.devstack;

import com.sun.management.OperatingSystemMXBean;
import io.holdfast.contracts.HeapSetting;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One service in a process of its own, on a port that it keeps over restarts. */
final class ServiceProcess {
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);
    private static final int TAIL_BYTES = 4_000;

    /** AES-GCM's fast code is used once its callers are compiled, which a few hundred chunks do not bring about by themselves. */
    private static final List<String> FAST_ENCRYPTION = List.of(
            "-XX:CompileCommand=quiet",
            "-XX:CompileCommand=CompileThresholdScaling,com.sun.crypto.provider.G*::*,0.01");

    /** Code that runs a few thousand times stays interpreted, so less memory holds compiled code and its profiles. */
    private static final String LATE_COMPILATION = "-XX:CompileThresholdScaling=10";

    /** What is on its way dies young, and what does not is looked through before it fills the heap. */
    private static final List<String> DATA_HEAP = List.of(
            "-Xms64m",
            "-Xmn32m",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=20",
            "-XX:TrimNativeHeapInterval=60000",
            "-Dholdfast.heap.collect-at=45");

    /** The JVM's own choice touches a young generation that an idle service never needs. */
    private static final List<String> SMALL_HEAP = List.of("-Xms24m", "-Xmx96m");

    private final Service service;
    private final int port;
    private final boolean tls;
    private final Path log;
    private final Map<String, String> environment;
    private volatile @Nullable Process process;

    ServiceProcess(Service service, int port, boolean tls, Path log, Map<String, String> environment) {
        this.service = service;
        this.port = port;
        this.tls = tls;
        this.log = log;
        this.environment = Map.copyOf(environment);
    }

    URI url() {
        return URI.create((tls ? "https" : "http") + "://127.0.0.1:" + port);
    }

    Path log() {
        return log;
    }

    Process process() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException(service.module() + " was not started");
        }
        return running;
    }

    boolean wasLaunched() {
        return process != null;
    }

    /** Must run on a thread that lives as long as the service is wanted: the kernel ties it to that. */
    void launch() throws IOException {
        List<String> command = new ArrayList<>(SystemPrograms.ownSession());
        command.addAll(SystemPrograms.tiedToThread("KILL"));
        command.add(SystemPrograms.java());
        command.add("-XX:+UseSerialGC");
        command.addAll(movesData() ? DATA_HEAP : SMALL_HEAP);
        if (movesData()) {
            command.add("-Xmx" + dataHeap(setHeap(), memory()));
            command.add(LATE_COMPILATION);
            command.addAll(FAST_ENCRYPTION);
        } else {
            command.add("-XX:TieredStopAtLevel=1");
        }
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of(
                "-jar",
                BuildOutputLocator.file(service.module() + "/target/quarkus-app/quarkus-run.jar")
                        .toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("MALLOC_ARENA_MAX", "2"); // a few threads' worth of what was freed, not each one's
        builder.environment().putAll(environment);
        Process launched = builder.start();
        launched.getOutputStream().close();
        process = launched;
    }

    /** The heap of a service that moves data: as set, else an eighth of the machine's memory, between 256 MiB and 4 GiB. */
    static String dataHeap(String set, long memory) {
        return set.isBlank() ? Math.clamp(memory >> 23, 256, 4096) + "m" : set;
    }

    private String setHeap() {
        return environment.getOrDefault(HeapSetting.NAME, System.getenv().getOrDefault(HeapSetting.NAME, ""));
    }

    /** Bytes of the machine's memory, or of the container's. */
    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : 0;
    }

    void awaitReady(HttpClient http) throws InterruptedException {
        Instant deadline = Instant.now().plus(READY_WITHIN);
        HttpRequest ready = HttpRequest.newBuilder(url().resolve("/q/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        while (!answers(http, ready)) {
            if (!process().isAlive()) {
                throw failed("ended with exit code " + process().exitValue() + " while it started");
            }
            if (Instant.now().isAfter(deadline)) {
                throw failed("was not ready in " + READY_WITHIN.toMinutes() + " minutes");
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Ends it: asked first if told so, then killed. A stopped process cannot hear, so it is continued. */
    void end(boolean gracefully) throws IOException, InterruptedException {
        Process running = process;
        if (running == null) {
            return;
        }
        SystemPrograms.signal(running.pid(), "CONT");
        if (gracefully) {
            running.destroy();
            running.waitFor(10, TimeUnit.SECONDS);
        }
        running.destroyForcibly().waitFor();
    }

    /** Those that move data get room for its buffers, and the compiler that makes hashing and cutting fast. */
    private boolean movesData() {
        return switch (service) {
            case BACKUP, RESTORE, VERIFIER -> true;
            case NOTIFIER, AUDIT -> false;
        };
    }

    private static boolean answers(HttpClient http, HttpRequest request) throws InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    private IllegalStateException failed(String what) {
        return new IllegalStateException(service.module() + " " + what + "; the end of " + log + ":\n" + tail());
    }

    private String tail() {
        try {
            byte[] all = Files.readAllBytes(log);
            int from = Math.max(0, all.length - TAIL_BYTES);
            return new String(all, from, all.length - from, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(unreadable: " + e.getMessage() + ")";
        }
    }
}
