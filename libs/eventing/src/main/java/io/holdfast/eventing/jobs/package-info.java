/** Long work as leased jobs: taken over when a worker dies, fenced against workers that only seemed dead. */
@NullMarked
package io.holdfast.eventing.jobs;

import org.jspecify.annotations.NullMarked;
