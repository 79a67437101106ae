"""The FastAPI example that this project comes from: its middleware, metrics, JSON line and spans.

Where OpenTelemetry's packages for Python are missing it runs without its spans, and so does less;
`--check` prints which of the two it is.
"""

import logging
import os
import sys
import time

import uvicorn
from fastapi import FastAPI, Request
from prometheus_client import Counter, Histogram, generate_latest
from pythonjsonlogger import jsonlogger

try:
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
except ImportError:
    trace = None

LABELS = ["method", "path", "status_code"]
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

app = FastAPI()
requests_total = Counter("fastapi_requests_total", "Total HTTP requests", LABELS)
request_duration = Histogram(
    "fastapi_request_duration_seconds", "HTTP request duration", LABELS, buckets=BUCKETS
)

handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(jsonlogger.JsonFormatter())
logger = logging.getLogger()
logger.addHandler(handler)
logger.setLevel(logging.INFO)

if trace:
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    FastAPIInstrumentor.instrument_app(app)
    tracer = trace.get_tracer(__name__)


@app.middleware("http")
async def observability_middleware(request: Request, call_next):
    start_time = time.time()
    response = await call_next(request)
    duration = time.time() - start_time
    labels = {
        "method": request.method,
        "path": request.url.path,
        "status_code": response.status_code,
    }
    requests_total.labels(**labels).inc()
    request_duration.labels(**labels).observe(duration)
    logger.info(
        "Request completed",
        extra={
            "service": "fastapi-backend",
            "endpoint": request.url.path,
            "method": request.method,
            "status_code": response.status_code,
            "duration_ms": int(duration * 1000),
        },
    )
    return response


@app.get("/metrics")
async def metrics():
    return generate_latest()


@app.get("/api/users/{user_id}")
async def get_user(user_id: int):
    if not trace:
        return {"id": user_id, "name": "John"}
    with tracer.start_as_current_span("get_user") as span:
        span.set_attribute("user_id", user_id)
        return {"id": user_id, "name": "John"}


@app.get("/items/{item_id}")
async def get_item(item_id: int):
    return {"item_id": item_id}


if __name__ == "__main__":
    if "--check" in sys.argv:
        print("with spans" if trace else "without spans")
    else:
        uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
