package io.holdfast.engine.scratch;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process that starts a cluster and waits to be killed. */
final class ScratchParent {
    private ScratchParent() {}

    public static void main(String[] arguments) throws InterruptedException {
        ScratchCluster cluster = ScratchCluster.start(ScratchOptions.in(Path.of(arguments[0]), 15));
        System.out.println("ready");
        new CountDownLatch(1).await();
        cluster.close();
    }
}
