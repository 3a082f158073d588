/** What services that ask others by HTTP have in common. */
@NullMarked
package io.holdfast.eventing.http;

import org.jspecify.annotations.NullMarked;
