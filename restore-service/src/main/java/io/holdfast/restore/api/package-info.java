/** REST resources and the request consumer of restore-service. */
@NullMarked
package io.holdfast.restore.api;

import org.jspecify.annotations.NullMarked;
