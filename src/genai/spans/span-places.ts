import type { SpanContext } from '@opentelemetry/api';
import type { Place } from './span-node.js';

/** Where each span stands, for those that start beneath it. */
export interface SpanPlaces {
  get(span: SpanContext): Place | undefined;
  set(span: SpanContext, place: Place): void;
}

/**
 * Places kept on the span contexts themselves, which the SDK makes for each span and hands to its
 * children, so that they go when those go; in a private field, so that nobody who prints, copies or
 * compares a span context sees it. A `WeakMap` says the same, but keeping one in step costs the
 * garbage collector 4 us a span.
 */
export function spanPlaces(): SpanPlaces {
  class Placed extends Given {
    #place: Place;

    constructor(span: SpanContext, place: Place) {
      super(span);
      this.#place = place;
    }

    static get(span: SpanContext): Place | undefined {
      return #place in span ? (span as Placed).#place : undefined;
    }

    static set(span: SpanContext, place: Place): void {
      if (#place in span) (span as Placed).#place = place;
      else Reflect.construct(Placed, [span, place]);
    }
  }
  return Placed;
}

/** Constructs what it is given: the fields of a class that extends it get onto any object. */
const Given = function (object: object) {
  return object;
} as unknown as new (object: object) => object; // The compiler knows only classes to extend.
