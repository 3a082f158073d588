package io.holdfast.devstack;

import java.util.concurrent.CountDownLatch;

/** A process that holds a stack and waits to be killed. Prints the process id of the stack's JVM. */
final class StackHolder {
    private StackHolder() {}

    public static void main(String[] arguments) throws InterruptedException {
        DevStack stack = DevStack.start(StackOptions.temporary());
        System.out.println(stack.process().pid());
        new CountDownLatch(1).await();
    }
}
