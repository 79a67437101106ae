FROM node:24.21.0-bookworm-slim AS base
WORKDIR /app

# The image brings Node; npm's scripts would fetch another one.
FROM base AS build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

# Without what only compilers and browsers read: less than half of the size is left.
FROM base AS modules
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts \
  && rm -rf node_modules/typescript node_modules/@types node_modules/typeorm/browser \
  && find node_modules -type f '(' -name '*.ts' -o -name '*.mts' -o -name '*.cts' -o -name '*.map' ')' -delete

# The fake provider and the traffic: plain TypeScript that Node runs as it is.
FROM base AS demo
COPY package.json ./
COPY demo ./demo
USER node
ENTRYPOINT ["node"]

FROM base AS runtime
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8000 DATA_DIR=/data
# For the embedded database; beside another one, for entries that it does not take for the moment.
RUN install --directory --owner=node --group=node /data
COPY package.json ./
COPY --from=modules /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "./dist/instrumentation.js", "dist/main.js"]
